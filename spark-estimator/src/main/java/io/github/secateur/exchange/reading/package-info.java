/**
 * Turns the operators of a file into layers: constants are computed, the batch axis is found, the
 * order of axes is carried along, and what is left becomes a network with weights. Imports
 * exchange.onnx, nn and graph.
 */
package io.github.secateur.exchange.reading;
