/** Choices within the settings of a kernel: initialisation, discretisation, version, cast. */
package io.carillon.config.kernel;
