package io.carillon.interop;

import io.carillon.error.FormatException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.razorvine.pickle.IObjectConstructor;

/** The only classes and functions that a checkpoint may name, and what stands for them here. */
final class TorchClasses {
  /** By module and name. */
  static final Map<String, IObjectConstructor> KNOWN = known();

  private TorchClasses() {}

  /** A class of storages; it is named but never called. */
  record StorageClass(StorageType type) implements IObjectConstructor {
    @Override
    public Object construct(Object[] arguments) {
      throw new FormatException("the pickle builds a storage by hand");
    }
  }

  private static Map<String, IObjectConstructor> known() {
    Map<String, IObjectConstructor> known = new TreeMap<>();
    for (StorageType type : StorageType.values()) {
      known.put("torch." + type.className(), new StorageClass(type));
    }
    known.put("collections.OrderedDict", TorchClasses::orderedDict);
    known.put("torch._utils._rebuild_tensor", TorchClasses::tensor);
    known.put("torch._utils._rebuild_tensor_v2", TorchClasses::tensor);
    known.put("torch._utils._rebuild_parameter", TorchClasses::first);
    known.put("torch._utils._rebuild_parameter_with_state", TorchClasses::first);
    known.put("torch.Size", TorchClasses::first);
    known.put("torch.device", arguments -> null);
    return known;
  }

  /** A new map; old files give its pairs as a list. */
  private static Object orderedDict(Object[] arguments) {
    Map<Object, Object> map = new LinkedHashMap<>();
    if (arguments.length > 0) {
      for (Object pair : (List<?>) arguments[0]) {
        Object[] two = pair instanceof List<?> list ? list.toArray() : (Object[]) pair;
        map.put((String) two[0], two[1]);
      }
    }
    return map;
  }

  private static Object first(Object[] arguments) {
    return arguments[0];
  }

  /** (storage, offset, size, stride, and from version 2 on requires_grad, hooks, metadata). */
  private static Object tensor(Object[] arguments) {
    if (arguments.length > 6 && arguments[6] instanceof Map<?, ?> bits && !bits.isEmpty()) {
      throw new FormatException(
          "a tensor is a lazy conjugate or negative; save it after .resolve_conj().resolve_neg()");
    }
    Object[] size = (Object[]) arguments[2];
    Object[] stride = (Object[]) arguments[3];
    int[] shape = new int[size.length];
    long[] steps = new long[stride.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = axis(whole(size[i]));
    }
    for (int i = 0; i < steps.length; i++) {
      steps[i] = whole(stride[i]);
    }
    return new TorchTensor((TorchTensor.Storage) arguments[0], whole(arguments[1]), shape, steps);
  }

  private static int axis(long size) {
    if (size != (int) size) {
      throw new FormatException("a tensor has an axis of " + size + " elements");
    }
    return (int) size;
  }

  private static long whole(Object number) {
    if (number instanceof Integer || number instanceof Long) {
      return ((Number) number).longValue();
    }
    throw new FormatException("a tensor has a size, stride or offset that is no whole number");
  }
}
