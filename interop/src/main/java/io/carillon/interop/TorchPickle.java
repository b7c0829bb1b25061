package io.carillon.interop;

import io.carillon.error.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;

/**
 * Reads the pickles of {@code torch.save} into maps, lists, tuples ({@code Object[]}), strings,
 * numbers and {@link TorchTensor}s. Only the opcodes that {@code torch.save} writes are obeyed, and
 * only the classes of {@link TorchClasses} exist; nothing in a file can name anything else, so no
 * code of the file is run.
 *
 * <p>Work and memory are bounded by the size of the pickle and a limit of opcodes. Keys of maps
 * must be strings or numbers: a list as a key would be hashed, and lists can be nested to take for
 * ever.
 */
final class TorchPickle extends Unpickler {
  private static final int MOST_OPCODES = 2_000_000;
  private static final String MODULES_ONLY =
      "; only state dicts are read: save model.state_dict() and nothing else";

  private final Map<String, TorchTensor.Storage> storages = new LinkedHashMap<>();
  private int opcodes;

  /**
   * Reads one pickle.
   *
   * @param in where it begins; {@code available()} must tell all that is left
   * @throws FormatException if it is damaged, too large, or names a class that is not known
   */
  Object read(InputStream in) {
    try {
      return load(in);
    } catch (FormatException e) {
      throw e;
    } catch (IOException e) {
      throw new FormatException("the pickle is cut off: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      // What the library throws on nonsense: casts, empty stacks, wrong counts.
      throw new FormatException("the pickle is damaged (" + e + ")", e);
    }
  }

  /** The storages that were met, by key. */
  Map<String, TorchTensor.Storage> storages() {
    return storages;
  }

  @Override
  protected Object dispatch(short key) throws IOException {
    if (++opcodes > MOST_OPCODES) {
      throw new FormatException("the pickle has more than " + MOST_OPCODES + " operations");
    }
    switch (key) {
      case Opcodes.PROTO,
      Opcodes.FRAME,
      Opcodes.STOP,
      Opcodes.MARK,
      Opcodes.NONE,
      Opcodes.NEWTRUE,
      Opcodes.NEWFALSE,
      Opcodes.BININT,
      Opcodes.BININT1,
      Opcodes.BININT2,
      Opcodes.LONG1,
      Opcodes.BINFLOAT,
      Opcodes.SHORT_BINUNICODE,
      Opcodes.SHORT_BINSTRING,
      Opcodes.EMPTY_TUPLE,
      Opcodes.TUPLE,
      Opcodes.TUPLE1,
      Opcodes.TUPLE2,
      Opcodes.TUPLE3,
      Opcodes.EMPTY_LIST,
      Opcodes.APPEND,
      Opcodes.BINPUT,
      Opcodes.LONG_BINPUT,
      Opcodes.MEMOIZE,
      Opcodes.BINGET,
      Opcodes.LONG_BINGET,
      Opcodes.BINPERSID:
        return super.dispatch(key);
      case Opcodes.EMPTY_DICT:
        stack.add(new LinkedHashMap<>());
        break;
      case Opcodes.BINUNICODE:
        stack.add(text());
        break;
      case Opcodes.APPENDS:
        appends();
        break;
      case Opcodes.SETITEM:
        Object value = stack.pop();
        put(stack.pop(), value);
        break;
      case Opcodes.SETITEMS:
        setItems();
        break;
      case Opcodes.GLOBAL:
        stack.add(find(PickleUtils.readline(input), PickleUtils.readline(input)));
        break;
      case Opcodes.STACK_GLOBAL:
        String name = (String) stack.pop();
        stack.add(find((String) stack.pop(), name));
        break;
      case Opcodes.REDUCE:
        Object[] arguments = (Object[]) stack.pop();
        stack.add(((IObjectConstructor) stack.pop()).construct(arguments));
        break;
      case Opcodes.BUILD:
        build();
        break;
      default:
        throw new FormatException(
            "the pickle uses operation 0x"
                + Integer.toHexString(key & 0xff)
                + ", which torch.save does not write"
                + MODULES_ONLY);
    }
    return NO_RETURN_VALUE;
  }

  private static IObjectConstructor find(String module, String name) {
    String full = module + "." + name;
    IObjectConstructor known = TorchClasses.KNOWN.get(full);
    if (known == null) {
      String shown = full.length() > 100 ? full.substring(0, 100) + "..." : full;
      throw new FormatException("the pickle asks for " + shown + MODULES_ONLY);
    }
    return known;
  }

  private String text() throws IOException {
    int length = PickleUtils.bytes_to_integer(PickleUtils.readbytes(input, 4));
    if (length < 0 || length > input.available()) {
      throw new FormatException(
          "the pickle is cut off: a text claims "
              + Integer.toUnsignedString(length)
              + " bytes, "
              + input.available()
              + " are left");
    }
    return new String(PickleUtils.readbytes(input, length), StandardCharsets.UTF_8);
  }

  @SuppressWarnings("unchecked")
  private void appends() {
    // Not the library's: it copies the whole list each time.
    List<Object> more = stack.pop_all_since_marker();
    ((List<Object>) stack.peek()).addAll(more);
  }

  private void setItems() {
    List<Object> items = stack.pop_all_since_marker();
    for (int i = 0; i < items.size(); i += 2) {
      put(items.get(i), items.get(i + 1));
    }
  }

  @SuppressWarnings("unchecked")
  private void put(Object key, Object value) {
    if (!(key instanceof String) && !(key instanceof Number)) {
      throw new FormatException("the pickle has a map whose keys are neither texts nor numbers");
    }
    ((Map<Object, Object>) stack.peek()).put(key, value);
  }

  /** Attributes of a map (a state dict's {@code _metadata}) or of a tensor; not needed. */
  private void build() {
    stack.pop();
    Object target = stack.peek();
    if (!(target instanceof Map<?, ?>) && !(target instanceof TorchTensor)) {
      throw new FormatException("the pickle gives attributes to something that has none");
    }
  }

  /** The reference of a tensor to its storage: ("storage", class, key, device, elements). */
  @Override
  protected Object persistentLoad(Object id) {
    if (!(id instanceof Object[] parts)
        || parts.length < 5
        || !"storage".equals(parts[0])
        || !(parts[1] instanceof TorchClasses.StorageClass storageClass)
        || !(parts[2] instanceof String key)
        || !(parts[4] instanceof Number elements)) {
      throw new FormatException("the pickle refers to something that is not a storage");
    }
    if (parts.length > 5 && parts[5] != null) {
      throw new FormatException(
          "storage " + key + " is a view of another; save the file again with a newer PyTorch");
    }
    TorchTensor.Storage storage =
        new TorchTensor.Storage(storageClass.type(), key, elements.longValue());
    TorchTensor.Storage before = storages.putIfAbsent(key, storage);
    if (before != null && !before.equals(storage)) {
      throw new FormatException("storage " + key + " has two types or sizes");
    }
    return storage;
  }
}
