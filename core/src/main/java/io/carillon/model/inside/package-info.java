/**
 * What the project's other modules see of a model and its users do not. Above {@code model}, so
 * that nothing here is named by what is exported to everyone.
 */
package io.carillon.model.inside;
