/**
 * Settings of networks, blocks and layers: immutable, checked when they are made, and their form in
 * files. Start at {@link io.carillon.config.NetworkConfig}.
 */
package io.carillon.config;
