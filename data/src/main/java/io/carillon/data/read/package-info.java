/** What the readers of several formats share: text files, folders, divisions, windows. */
package io.carillon.data.read;
