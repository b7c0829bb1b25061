package io.carillon.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.Activation;
import io.carillon.config.BlockConfig;
import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.Pooling;
import io.carillon.config.S4dConfig;
import io.carillon.config.SsmConfig;
import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.DlrVersion;
import io.carillon.config.kernel.DssInit;
import io.carillon.config.kernel.DssVersion;
import io.carillon.config.kernel.InputWeight;
import io.carillon.config.kernel.KernelCast;
import io.carillon.config.kernel.Transform;
import io.carillon.engine.SeededRandom;
import io.carillon.error.FormatException;
import io.carillon.io.SafeTensors;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Export of networks made here, and the way back. */
class OfficialExportTest {
  @TempDir private Path folder;

  /** A network of ours, and the options that an import of its export needs. */
  record Case(String name, NetworkConfig config, Map<String, Object> options) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case of(String name, NetworkConfig config, Object... options) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < options.length; i += 2) {
      map.put((String) options[i], options[i + 1]);
    }
    return new Case(name, config.withWidth(4).withDepth(2), map);
  }

  private static NetworkConfig block(BlockConfig block) {
    return NetworkConfig.sequence(3, 2).withBlock(block);
  }

  private static NetworkConfig ssm(SsmConfig ssm) {
    return block(BlockConfig.DEFAULT.withSsm(ssm));
  }

  static List<Case> cases() {
    BlockConfig d = BlockConfig.DEFAULT;
    S4dConfig s = S4dConfig.DEFAULT.withStateSize(6);
    DlrConfig dlr = DlrConfig.DEFAULT.withStateSize(5);
    DssConfig dss = DssConfig.DEFAULT.withStateSize(5).withInit(DssInit.LIN);
    return List.of(
        of(
            "example",
            ssm(s.withInputWeight(InputWeight.ABSENT)).withFinalNorm(false),
            "norm",
            "pre"),
        of("default", ssm(s), "pool", "mean"),
        of("no B", ssm(s.withInputWeight(InputWeight.ABSENT)), "pool", "mean"),
        of(
            "tokens, postnorm, batch norm",
            NetworkConfig.tokens(7, 2)
                .withBlock(d.withSsm(s).withNorm(Norm.BATCH, false))
                .withFinalNorm(false)
                .withPooling(Pooling.LAST),
            "pool",
            "last"),
        of(
            "transforms",
            ssm(
                s.withDiscretisation(Discretisation.BILINEAR)
                    .withRealTransform(Transform.SOFTPLUS)
                    .withImagTransform(Transform.EXP)
                    .withDtTransform(Transform.SOFTPLUS)
                    .withSsmCopies(2)
                    .withDtTied(false)
                    .withBandlimit(0.9)
                    .withMaxKernelLength(12)),
            "pool",
            "mean",
            "discretisation",
            "bilinear",
            "real_transform",
            "softplus",
            "imag_transform",
            "exp",
            "dt_transform",
            "softplus",
            "bandlimit",
            0.9,
            "max_kernel_length",
            12),
        of("real modes", ssm(s.withRealValued(true)), "pool", "mean"),
        of(
            "bidirectional, channels, feed-forward",
            block(
                    d.withSsm(s)
                        .withBidirectional(true)
                        .withKernels(2, Activation.NONE)
                        .withFeedForward(3))
                .withLastSteps(4),
            "last_steps",
            4,
            "bidirectional",
            true),
        of(
            "no output map, scalar norm",
            block(d.withSsm(s).withMixer(Mixer.NONE).withNorm(Norm.SCALAR_AFFINE, true)),
            "pool",
            "mean"),
        of("dlr prod", ssm(dlr.withCast(KernelCast.PROD)), "pool", "mean", "cast", "prod"),
        of(
            "dlr real, linear",
            block(
                d.withSsm(dlr.withVersion(DlrVersion.LAMBDA_REAL_W_REAL)).withMixer(Mixer.LINEAR)),
            "pool",
            "mean"),
        of(
            "dlr gate, weight norm, geglu",
            block(
                d.withSsm(dlr.withVersion(DlrVersion.LAMBDA_IMAG_W_REAL))
                    .withKernels(2, Activation.TANH)
                    .withMixer(Mixer.GEGLU)
                    .withActivation(Activation.SILU, true)
                    .withNorm(Norm.SCALAR_AFFINE, true)),
            "pool",
            "mean",
            "gate",
            "tanh",
            "mixer",
            "geglu",
            "activation",
            "silu"),
        of("dss exp", ssm(dss.withSeparateDt(true)), "pool", "mean"),
        of("dss re im", ssm(dss.withVersion(DssVersion.EXP_RE_IM)), "pool", "mean"),
        of("dss no scale real", ssm(dss.withVersion(DssVersion.EXP_NO_SCALE_REAL)), "pool", "mean"),
        of(
            "dss clip",
            ssm(dss.withVersion(DssVersion.CLIP).withEpsilon(1e-6)),
            "pool",
            "mean",
            "dss_version",
            "clip",
            "epsilon",
            1e-6));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void exportedAndImportedPredictsTheSameBits(Case c) throws IOException {
    SequenceModel model = Inside.model(new Network(c.config(), new SeededRandom(3)), Map.of());
    Path first = folder.resolve("first.safetensors");
    OfficialExport.write(model, first);
    SequenceModel back = OfficialImport.read(first, c.options()).model();
    assertThat(predict(back)).isEqualTo(predict(model));
    Path second = folder.resolve("second.safetensors");
    OfficialExport.write(back, second);
    Map<String, SafeTensors.Tensor> expected = SafeTensors.read(first).tensors();
    Map<String, SafeTensors.Tensor> found = SafeTensors.read(second).tensors();
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, tensor) -> {
          assertThat(found.get(name).shape()).as(name).isEqualTo(tensor.shape());
          assertThat(found.get(name).data()).as(name).isEqualTo(tensor.data());
        });
  }

  private static float[] predict(SequenceModel model) {
    SeededRandom random = new SeededRandom(5);
    if (model.config().vocabulary() > 0) {
      return model.predictTokens(new int[] {1, 4, 0, 6, 3, 3, 2})[0];
    }
    float[] x = new float[3 * 17];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.normal();
    }
    return model.predict(x)[0];
  }

  @Test
  void otherSpellingsOfTheSameModel() throws IOException {
    S4dConfig ssm = S4dConfig.DEFAULT.withStateSize(4);
    Map<String, Object> layout = new LinkedHashMap<>();
    layout.put("family", "s4");
    layout.put("encoder", "encoder.1.");
    layout.put("decoder", "decoder.output_transform.");
    layout.put("wrapped", true);
    layout.put("sequential_output", true);
    layout.put("nested_norm", true);
    assertSpelling(ssm(ssm), layout, Map.of("pool", "mean"), "model.layers.1.norm.norm.ln.bias");
    layout.put("family", "example-block");
    layout.put("encoder", "encoder.");
    layout.put("decoder", "decoder.");
    layout.put("nested_norm", false);
    assertSpelling(
        ssm(ssm).withFinalNorm(false),
        layout,
        Map.of("norm", "pre"),
        "s4_layers.1.layer.kernel.inv_dt");
  }

  private void assertSpelling(
      NetworkConfig config, Map<String, Object> layout, Map<String, Object> options, String name)
      throws IOException {
    Network network = new Network(config.withWidth(4).withDepth(2), new SeededRandom(3));
    SequenceModel model = Inside.model(network, Map.of("official", layout));
    Path file = folder.resolve("spelling.safetensors");
    OfficialExport.write(model, file);
    assertThat(SafeTensors.read(file).tensors()).containsKey(name);
    OfficialImport.Result back = OfficialImport.read(file, options);
    assertThat(back.source()).isEqualTo(layout.get("family"));
    assertThat(predict(back.model())).isEqualTo(predict(model));
  }

  @Test
  void modesThatGrowOrNeverForgetAreNoted() throws IOException {
    NetworkConfig config =
        ssm(DlrConfig.DEFAULT.withStateSize(5).withVersion(DlrVersion.LAMBDA_IMAG))
            .withWidth(4)
            .withDepth(1);
    Path file = folder.resolve("imag.safetensors");
    OfficialExport.write(Inside.model(new Network(config, new SeededRandom(1)), Map.of()), file);
    assertThat(OfficialImport.read(file, Map.of()).notes())
        .singleElement()
        .asString()
        .contains("layer 0: 5 of 5 modes never forget");
    S4dConfig free = S4dConfig.DEFAULT.withStateSize(4).withRealTransform(Transform.NONE);
    Network growing = new Network(ssm(free).withWidth(4).withDepth(1), new SeededRandom(1));
    growing.parameters().stream()
        .filter(p -> p.name().endsWith("A_real"))
        .forEach(p -> p.value()[3] = -0.25f);
    OfficialExport.write(Inside.model(growing, Map.of()), file);
    assertThat(OfficialImport.read(file, Map.of("real_transform", "none")).notes())
        .singleElement()
        .asString()
        .contains("layer 0: 1 of 8 modes grow");
  }

  @Test
  void aGateMustBeNamed() throws IOException {
    NetworkConfig config =
        block(
                BlockConfig.DEFAULT
                    .withSsm(DlrConfig.DEFAULT.withStateSize(4))
                    .withKernels(1, Activation.SIGMOID))
            .withWidth(4)
            .withDepth(1);
    Path file = folder.resolve("gate.safetensors");
    OfficialExport.write(Inside.model(new Network(config, new SeededRandom(1)), Map.of()), file);
    assertThatThrownBy(() -> OfficialImport.read(file, Map.of()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("gate");
  }

  @Test
  void whatTheOfficialCodeDoesNotHave() {
    S4dConfig s = S4dConfig.DEFAULT.withStateSize(4);
    Map<String, NetworkConfig> refused = new LinkedHashMap<>();
    refused.put("dirac", ssm(s.withDiscretisation(Discretisation.DIRAC)));
    refused.put("GEGLU", block(BlockConfig.DEFAULT.withSsm(s).withMixer(Mixer.GEGLU)));
    refused.put("last norm", ssm(s).withFinalNorm(false));
    refused.put("gate", block(BlockConfig.DEFAULT.withSsm(s).withKernels(1, Activation.SIGMOID)));
    Path file = folder.resolve("x.safetensors");
    refused.forEach(
        (words, config) -> {
          SequenceModel model =
              Inside.model(
                  new Network(config.withWidth(4).withDepth(1), new SeededRandom(1)), Map.of());
          assertThatThrownBy(() -> OfficialExport.write(model, file))
              .isInstanceOf(UnsupportedOperationException.class)
              .hasMessageContaining(words);
          assertThat(file).doesNotExist();
        });
  }

  @Test
  void aLayoutOfAnImportedModelThatWasChanged() {
    NetworkConfig config = ssm(S4dConfig.DEFAULT.withStateSize(4)).withWidth(4).withDepth(1);
    Network network = new Network(config, new SeededRandom(1));
    Path file = folder.resolve("x.safetensors");
    for (Object damaged :
        List.of(
            "text",
            Map.of("family", "nothing"),
            Map.of("family", "s4", "encoder", "../etc/"),
            Map.of("family", "s4", "other", 1))) {
      SequenceModel model = Inside.model(network, Map.of("official", damaged));
      assertThatThrownBy(() -> OfficialExport.write(model, file))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("info of the model is damaged");
    }
  }
}
