/** Our side of the comparison with PyTorch that {@code bench/compare} runs. */
package io.carillon.bench.compare;
