package io.carillon.config;

import java.util.function.Function;

/**
 * One setting as its {@link Schema} has it.
 *
 * @param <R> record that it is of
 * @param name in files and on the command line, in lower case with underscores
 * @param meaning one line, with names of values in backquotes
 * @param otherwise default
 * @param range values that it can have besides its default
 * @param optional whether it is left out of files where it has its default
 * @param getter its value in a record
 */
public record Setting<R>(
    String name,
    String meaning,
    Object otherwise,
    Range range,
    boolean optional,
    Function<R, ?> getter) {}
