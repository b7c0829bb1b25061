package io.carillon.data.read;

import io.carillon.data.Numbers;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.engine.SeededRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A disjoint division of the indices 0 .. n-1 into training, validation and test part.
 *
 * <p>Random divisions are stratified: each class gives to every part its share, within one. They
 * depend on the seed and on the order of the classes alone. A class always keeps at least one
 * member in the training part, so a class with a single member is only trained on.
 */
public record Partition(int[] train, int[] validation, int[] test) {

  /** The three shares of {@code split=a/b/c}, which must add up to 1. */
  public record Shares(double train, double validation, double test) {
    public static final String DEFAULT = "0.7/0.15/0.15";

    public static final Option OPTION =
        new Option(
            "split",
            DEFAULT,
            "shares of training/validation/test when the files do not say it themselves");

    public static Shares of(Options options) {
      String[] parts = options.text("split").orElse(DEFAULT).split("/", -1);
      double[] shares = new double[3];
      double sum = 0;
      for (int i = 0; i < 3; i++) {
        String part = parts.length == 3 ? parts[i] : "";
        shares[i] = Numbers.parse(part).orElse(-1);
        sum += shares[i];
        if (shares[i] < 0) {
          throw options.wrong("split", "three shares that add up to 1, such as 0.7/0.15/0.15");
        }
      }
      if (shares[0] == 0 || Math.abs(sum - 1) > 1e-9) {
        throw options.wrong("split", "three shares that add up to 1, the first above 0");
      }
      return new Shares(shares[0], shares[1], shares[2]);
    }
  }

  /** The share of the training part that becomes the validation part when the files give none. */
  public static final Option VALIDATION =
      new Option(
          "validation",
          "0.2",
          "share of the training part kept for validation (stratified, by seed); 0 for none");

  /**
   * A random stratified division.
   *
   * @param classes class of each item; all the same for no stratification
   */
  public static Partition random(int[] classes, Shares shares, long seed) {
    SeededRandom random = new SeededRandom(seed);
    int[] all = upTo(classes.length);
    int[][] rest = carve(classes, all, shares.test, random);
    double left = 1 - shares.test;
    int[][] parts = carve(classes, rest[0], left > 0 ? shares.validation / left : 0, random);
    return new Partition(parts[0], parts[1], rest[1]);
  }

  /** 0 .. n-1. */
  public static int[] upTo(int n) {
    int[] all = new int[n];
    Arrays.setAll(all, i -> i);
    return all;
  }

  /**
   * Takes a stratified share out of some items.
   *
   * <p>Items are put in order of class, shuffled within a class, and every 1/share-th is taken,
   * beginning at a random offset; so the total is round(share n), at least one if there is a class
   * with two members, and every class loses its share to within one.
   *
   * @param classes class of each item, by index
   * @param items indices to divide
   * @return {rest, taken}, each in ascending order
   */
  public static int[][] carve(int[] classes, int[] items, double share, SeededRandom random) {
    List<Integer> eligible = eligible(classes, items, random);
    int wanted = (int) Math.round(share * items.length);
    if (share > 0) {
      wanted = Math.max(1, wanted);
    }
    wanted = Math.min(wanted, eligible.size());
    double offset = random.uniform();
    boolean[] taken = new boolean[classes.length];
    double rate = eligible.isEmpty() ? 0 : (double) wanted / eligible.size();
    for (int j = 0; j < eligible.size(); j++) {
      taken[eligible.get(j)] = Math.floor((j + 1) * rate + offset) > Math.floor(j * rate + offset);
    }
    giveBack(classes, eligible, taken);
    return new int[][] {
      Arrays.stream(items).filter(i -> !taken[i]).sorted().toArray(),
      Arrays.stream(items).filter(i -> taken[i]).sorted().toArray()
    };
  }

  /** Items of classes with at least two members, in order of class, shuffled within a class. */
  private static List<Integer> eligible(int[] classes, int[] items, SeededRandom random) {
    int top = Arrays.stream(items).map(i -> classes[i]).max().orElse(-1);
    List<List<Integer>> members = new ArrayList<>();
    for (int c = 0; c <= top; c++) {
      members.add(new ArrayList<>());
    }
    for (int item : items) {
      members.get(classes[item]).add(item);
    }
    List<Integer> eligible = new ArrayList<>();
    for (List<Integer> ofClass : members) {
      if (ofClass.size() >= 2) {
        for (int k : random.permutation(ofClass.size())) {
          eligible.add(ofClass.get(k));
        }
      }
    }
    return eligible;
  }

  /** Returns one member to the training part for each class that has lost all of them. */
  private static void giveBack(int[] classes, List<Integer> eligible, boolean[] taken) {
    for (int from = 0, to; from < eligible.size(); from = to) {
      boolean allTaken = true;
      int label = classes[eligible.get(from)];
      for (to = from; to < eligible.size() && classes[eligible.get(to)] == label; to++) {
        allTaken &= taken[eligible.get(to)];
      }
      if (allTaken) {
        taken[eligible.get(from)] = false;
      }
    }
  }
}
