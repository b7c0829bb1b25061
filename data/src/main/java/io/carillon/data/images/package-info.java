/** Pictures, read pixel by pixel. */
package io.carillon.data.images;
