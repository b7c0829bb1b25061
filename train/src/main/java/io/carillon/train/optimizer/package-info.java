/** How weights are changed by their gradients; what a training does around it is above. */
package io.carillon.train.optimizer;
