/**
 * What every other package stands on: parameters, row layouts, random numbers, threads, scratch
 * memory.
 */
package io.carillon.core;
