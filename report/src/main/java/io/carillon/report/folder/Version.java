package io.carillon.report.folder;

/** Which release this is. */
public final class Version {
  private Version() {}

  /** The version, or {@code development} when run from class files. */
  public static String carillon() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** The Java runtime. */
  public static String java() {
    return System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")";
  }

  /** The operating system and processor. */
  public static String system() {
    return System.getProperty("os.name") + " " + System.getProperty("os.arch");
  }
}
