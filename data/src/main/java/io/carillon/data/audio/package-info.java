/** Recorded sound. */
package io.carillon.data.audio;
