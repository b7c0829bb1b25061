package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.nn.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a model must prove before it is loaded. */
class LoadCheckTest {
  private static final SequenceModel MODEL = Models.plain();
  private static final LoadCheck CERTIFIED = LoadCheck.certified(Parity.TOLERANCE);

  @TempDir private Path folder;

  private static Map<String, Object> certificate() {
    Sequence sequence = Models.history(MODEL, 1, 100);
    return Parity.check(MODEL, Parity.TOLERANCE, sequence.values()).toMap();
  }

  private void save(Network network, Map<String, Object> info) throws IOException {
    SequenceModel.of(network, info).save(folder);
  }

  private void assertRefused(LoadCheck check, String... words) {
    assertThatThrownBy(() -> SequenceModel.load(folder, check))
        .isInstanceOf(ParityException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContainingAll(words);
  }

  @Test
  void aCertificateOfTheseWeightsIsEnough() throws IOException {
    save(MODEL.toNetwork(), Map.of(Parity.INFO, certificate()));
    SequenceModel loaded = SequenceModel.load(folder, CERTIFIED);
    assertThat(loaded.fingerprint()).isEqualTo(MODEL.fingerprint());
    assertThat(SequenceModel.load(folder).info()).isEqualTo(loaded.info());
    assertRefused(LoadCheck.certified(1e-12), "differ by", "tolerance 1.0E-12");
  }

  @Test
  void withoutACertificateItCanBeMeasured() throws IOException {
    save(MODEL.toNetwork(), Map.of());
    SequenceModel.load(folder);
    assertRefused(CERTIFIED, "no certificate", "LoadCheck.measured");
    Sequence data = Models.history(MODEL, 2, 50);
    SequenceModel.load(folder, LoadCheck.measured(Parity.TOLERANCE, data));
    assertRefused(
        LoadCheck.measured(1e-12, data),
        "differs between whole sequences and streams",
        "tolerance 1.0E-12");
  }

  @Test
  void aCertificateOfOtherWeightsDoesNotCount() throws IOException {
    Network changed = MODEL.toNetwork();
    changed.parameters().get(0).value()[0] += 1;
    Map<String, Object> failed = new LinkedHashMap<>(certificate());
    failed.put(Parity.PASSED, false);
    save(changed, Map.of(Parity.INFO, failed));
    SequenceModel.load(folder);
    assertRefused(CERTIFIED, "of other weights");
  }

  @Test
  void aCertificateThatSaysNoIsHeard() throws IOException {
    Map<String, Object> failed = new LinkedHashMap<>(certificate());
    failed.put(Parity.PASSED, false);
    failed.put(Parity.LARGEST, "infinite");
    save(MODEL.toNetwork(), Map.of(Parity.INFO, failed));
    assertThatThrownBy(() -> SequenceModel.load(folder))
        .isInstanceOf(ParityException.class)
        .hasMessageContaining("differ by infinite");
    assertRefused(CERTIFIED, "differ by infinite");
    assertThat(SequenceModel.load(folder, LoadCheck.NONE).fingerprint())
        .isEqualTo(MODEL.fingerprint());
  }

  @Test
  void badDemandsAreNamed() {
    assertThatThrownBy(() -> LoadCheck.certified(0)).hasMessageContaining("tolerance is 0.0");
    assertThatThrownBy(() -> LoadCheck.measured(1e-4)).hasMessageContaining("at least one");
  }
}
