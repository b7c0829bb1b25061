/**
 * Data that are generated when they are asked for: what a task is, its settings, its samples. The
 * tasks themselves are found as services, see {@link io.carillon.data.generated.TaskSource}.
 */
package io.carillon.data.generated;
