/**
 * What goes wrong in more than one place and is caught by callers. What can only happen in one is
 * where it happens.
 */
package io.carillon.error;
