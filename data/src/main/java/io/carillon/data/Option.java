package io.carillon.data;

/**
 * One setting of a loader or of a generated task.
 *
 * @param key name as written by the user
 * @param defaultValue value when it is not given; empty for "not set"
 * @param help what it does, with its allowed values
 */
public record Option(String key, String defaultValue, String help) {}
