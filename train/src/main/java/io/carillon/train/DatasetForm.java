package io.carillon.train;

import io.carillon.train.Dataset.Target;
import java.util.List;

/**
 * What all sequences of a data set have in common; the components are those of {@link Dataset}.
 *
 * @param tokens whether inputs are token ids
 */
record DatasetForm(
    boolean tokens,
    int inputSize,
    int vocabulary,
    int outputSize,
    Target target,
    List<String> classNames,
    int lastSteps,
    String metric) {}
