package io.carillon.deploy;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * What a class file refers to, read from its constant pool (Java Virtual Machine Specification
 * 4.4).
 *
 * @param members {@code owner.name} of every method and field that is used, owner with slashes
 * @param classes names of every class that is used, with slashes
 * @param natives names of methods of its own that are native
 * @param threadFields names of static fields of its own whose type is a thread pool or thread local
 */
record ClassFile(
    List<String> members, List<String> classes, List<String> natives, List<String> threadFields) {
  private static final int MAGIC = 0xCAFEBABE;
  private static final int STATIC = 0x8;
  private static final int NATIVE = 0x100;

  static ClassFile read(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    if (in.readInt() != MAGIC) {
      throw new IOException("no class file");
    }
    in.readInt();
    int size = in.readUnsignedShort();
    String[] text = new String[size];
    int[] first = new int[size];
    int[] second = new int[size];
    int[] tags = new int[size];
    for (int i = 1; i < size; i++) {
      tags[i] = in.readUnsignedByte();
      switch (tags[i]) {
        case 1 -> text[i] = in.readUTF();
        case 3, 4 -> in.readInt();
        case 5, 6 -> in.readLong();
        case 7, 8, 16, 19, 20 -> first[i] = in.readUnsignedShort();
        case 9, 10, 11, 12, 17, 18 -> {
          first[i] = in.readUnsignedShort();
          second[i] = in.readUnsignedShort();
        }
        case 15 -> {
          in.readUnsignedByte();
          in.readUnsignedShort();
        }
        default -> throw new IOException("constant of kind " + tags[i]);
      }
      if (tags[i] == 5 || tags[i] == 6) {
        i++;
      }
    }
    List<String> members = new ArrayList<>();
    List<String> classes = new ArrayList<>();
    for (int i = 1; i < size; i++) {
      if (tags[i] == 7) {
        classes.add(text[first[i]]);
      } else if (tags[i] >= 9 && tags[i] <= 11) {
        members.add(text[first[first[i]]] + "." + text[first[second[i]]]);
      }
    }
    in.readUnsignedShort();
    in.readInt();
    in.skipBytes(2 * in.readUnsignedShort());
    List<String> threadFields = new ArrayList<>();
    List<String> natives = new ArrayList<>();
    for (String field : own(in, text, STATIC)) {
      if (field.matches(
          ".* L(java/lang/.*ThreadLocal|java/util/concurrent/.*Executor.*|.*ForkJoinPool);")) {
        threadFields.add(field);
      }
    }
    natives.addAll(own(in, text, NATIVE));
    return new ClassFile(members, classes, natives, threadFields);
  }

  /** Fields or methods with a flag, as name and type. */
  private static List<String> own(DataInputStream in, String[] text, int flag) throws IOException {
    List<String> found = new ArrayList<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      int access = in.readUnsignedShort();
      String name = text[in.readUnsignedShort()] + " " + text[in.readUnsignedShort()];
      if ((access & flag) != 0) {
        found.add(name);
      }
      for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
        in.readUnsignedShort();
        in.skipNBytes(in.readInt());
      }
    }
    return found;
  }
}
