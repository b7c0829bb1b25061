/**
 * Programs to start from: a service that scores live lines of many keyed streams, and audio from a
 * file in real time. They need the core library and the JDK alone.
 */
package io.carillon.examples;
