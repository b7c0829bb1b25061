/** Models as ONNX graphs. */
package io.carillon.interop.onnx;
