/**
 * What a run leaves in its folder and in the words of its model: settings, data, record, answers.
 */
package io.carillon.report.folder;
