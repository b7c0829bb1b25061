/** Texts, character by character or in other units. */
package io.carillon.data.text;
