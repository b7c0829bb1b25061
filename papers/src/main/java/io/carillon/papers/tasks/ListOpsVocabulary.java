package io.carillon.papers.tasks;

import java.util.ArrayList;
import java.util.List;

/**
 * Token ids of ListOps: padding, unknown, for whole expressions an end mark, then the 15 tokens.
 */
public enum ListOpsVocabulary {
  /** 18 tokens; a sequence ends with {@code <eos>}, as in the Long Range Arena loaders. */
  WHOLE(List.of("<pad>", "<unk>", "<eos>")),
  /** 17 tokens, as in ListOps-SubTrees; classes of a step are tokens of the same vocabulary. */
  SUB_TREES(List.of("<pad>", "<unk>"));

  private final int offset;
  private final List<String> names;

  ListOpsVocabulary(List<String> special) {
    offset = special.size();
    List<String> all = new ArrayList<>(special);
    for (int code = 0; code < ListOps.CODES; code++) {
      all.add(ListOps.tokenName(code));
    }
    names = List.copyOf(all);
  }

  /** Token names in id order. */
  public List<String> names() {
    return names;
  }

  /** The vocabulary that has exactly these names, or null. */
  public static ListOpsVocabulary of(List<String> names) {
    for (ListOpsVocabulary vocabulary : values()) {
      if (vocabulary.names.equals(names)) {
        return vocabulary;
      }
    }
    return null;
  }

  /** Ids of an expression's tokens, with the end mark if there is one. */
  public int[] encode(ListOps expression) {
    byte[] codes = expression.codes();
    int[] ids = new int[codes.length + (this == WHOLE ? 1 : 0)];
    for (int i = 0; i < codes.length; i++) {
      ids[i] = codes[i] + offset;
    }
    if (this == WHOLE) {
      ids[codes.length] = names.indexOf("<eos>");
    }
    return ids;
  }

  /** Id of a digit. */
  int digit(int value) {
    return value + offset;
  }
}
