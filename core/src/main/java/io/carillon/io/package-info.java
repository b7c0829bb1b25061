/** Files: safetensors, JSON, and model folders. Everything read is checked before it is used. */
package io.carillon.io;
