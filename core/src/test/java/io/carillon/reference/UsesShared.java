package io.carillon.reference;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Marks the tests that read reference cases or real data sets, which are not, or not all, part of
 * the project. They have the tag {@code shared}: {@code -Dgroups=shared} runs them and no others.
 * {@link SharedFolder} serves tests with this mark only, so that none is left out of that run.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("shared")
@ExtendWith(UsesShared.Watch.class)
public @interface UsesShared {
  /** Knows whether the running test has the mark. */
  final class Watch implements BeforeEachCallback, AfterEachCallback {
    private static final ThreadLocal<Boolean> MARKED = ThreadLocal.withInitial(() -> false);

    @Override
    public void beforeEach(ExtensionContext context) {
      MARKED.set(true);
    }

    @Override
    public void afterEach(ExtensionContext context) {
      MARKED.remove();
    }

    static void requireMark() {
      if (!MARKED.get()) {
        throw new IllegalStateException(
            "this test reads shared folders; give it the annotation @UsesShared");
      }
    }
  }
}
