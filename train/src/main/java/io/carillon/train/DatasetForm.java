package io.carillon.train;

import io.carillon.train.Dataset.Target;
import java.util.List;

/**
 * What all sequences of a data set have in common; the components are those of {@link Dataset}.
 *
 * @param tokens whether inputs are token ids
 * @param missingTargets whether some target values may be NaN, and then count nowhere
 * @param notes what the user should know of how the data were put together
 */
record DatasetForm(
    boolean tokens,
    int inputSize,
    int vocabulary,
    int outputSize,
    Target target,
    List<String> classNames,
    int lastSteps,
    String metric,
    boolean missingTargets,
    List<String> notes) {}
