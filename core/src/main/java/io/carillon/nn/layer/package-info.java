/**
 * What all layers share: what a layer along the sequence can do, its steps, the linear map,
 * dropout, embedding.
 */
package io.carillon.nn.layer;
