/** What a model computes, in plain numbers, for those who write it down for other programs. */
package io.carillon.interop.plain;
