/**
 * Settings of networks, blocks and layers: immutable, checked when they are made, and their form in
 * files. Start at {@link io.carillon.config.NetworkConfig}.
 *
 * <p>What a setting means, its default and its range stand in its {@link io.carillon.config.Schema}
 * and so in {@code docs/settings.md}; the Javadoc of a record adds what is not said in a line.
 */
package io.carillon.config;
