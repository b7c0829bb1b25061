/** What is deployed: immutable models, and the state of a stream as a value. */
package io.carillon.model;
