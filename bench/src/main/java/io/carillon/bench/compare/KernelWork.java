package io.carillon.bench.compare;

/**
 * One inner loop on inputs that stay in the caches, as in a network, and what it does at least.
 *
 * @param name for the table
 * @param flops useful floating-point operations of one run, a multiply-add counted as two;
 *     operations that are done twice to save memory, or on padding, are not counted
 * @param bytes read and written once at least: inputs, outputs, coefficients, kept states
 * @param work does it once
 */
record KernelWork(String name, double flops, double bytes, Runnable work) {}
