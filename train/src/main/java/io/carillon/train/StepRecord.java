package io.carillon.train;

/**
 * Progress after one optimiser step.
 *
 * @param step steps done since the start of training, this one included
 * @param totalSteps steps that training will take unless it ends early
 * @param epoch the running epoch, from 1
 * @param stepOfEpoch steps done in this epoch
 * @param loss loss of this step's batch, before the update
 * @param metric name of the main metric: {@code accuracy} or {@code mse}
 * @param metricSoFar the main metric over the batches of this epoch so far
 * @param learningRate global learning rate of this step
 * @param gradientNorm L2 norm of the gradient of all parameters before clipping
 * @param stepsPerSecond since the start of this run, validations included
 * @param secondsLeft until the last step, at the pace that the steps have settled to; NaN as long
 *     as they still become faster, as they do while the virtual machine compiles
 */
public record StepRecord(
    long step,
    long totalSteps,
    int epoch,
    int stepOfEpoch,
    double loss,
    String metric,
    double metricSoFar,
    double learningRate,
    double gradientNorm,
    double stepsPerSecond,
    double secondsLeft) {}
