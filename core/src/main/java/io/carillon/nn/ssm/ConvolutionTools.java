package io.carillon.nn.ssm;

import io.carillon.engine.Pass;
import io.carillon.engine.Shared;
import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.fft.FftConvolver;
import io.carillon.ssm.vandermonde.VandermondeKernel;
import java.util.ArrayList;
import java.util.List;

/**
 * What convolutions of all layers share and keep from pass to pass: the last few transform plans,
 * whose tables would else be made anew every time, and the working memory of kernel generation.
 */
final class ConvolutionTools {
  private static final int MOST_PLANS = 16;

  private static final Shared<ConvolutionTools> SHARED =
      new Shared<>(ConvolutionTools.class, ConvolutionTools::new);

  private final List<Plan> plans = new ArrayList<>();
  private int oldest;
  private Kernels kernels;
  private VandermondeKernel generator;

  private record Plan(
      int maxLength, int pastTaps, int futureTaps, int channels, FftConvolver convolver) {}

  /** The tools of a pass. */
  static ConvolutionTools of(Pass pass) {
    ConvolutionTools tools = SHARED.of(pass);
    if (tools.kernels != pass.kernels()) {
      tools.kernels = pass.kernels();
      tools.plans.clear();
      tools.oldest = 0;
      tools.generator = new VandermondeKernel(pass.kernels());
    }
    return tools;
  }

  /** Makes kernels of modes. */
  VandermondeKernel generator() {
    return generator;
  }

  /** The plan of these sizes, see {@link FftConvolver}. */
  FftConvolver plan(int maxLength, int pastTaps, int futureTaps, int channels) {
    for (int i = 0; i < plans.size(); i++) {
      Plan plan = plans.get(i);
      if (plan.maxLength == maxLength
          && plan.pastTaps == pastTaps
          && plan.futureTaps == futureTaps
          && plan.channels == channels) {
        return plan.convolver;
      }
    }
    FftConvolver fresh = new FftConvolver(kernels, maxLength, pastTaps, futureTaps, channels);
    Plan plan = new Plan(maxLength, pastTaps, futureTaps, channels, fresh);
    if (plans.size() < MOST_PLANS) {
      plans.add(plan);
    } else {
      plans.set(oldest, plan);
      oldest = (oldest + 1) % MOST_PLANS;
    }
    return fresh;
  }
}
