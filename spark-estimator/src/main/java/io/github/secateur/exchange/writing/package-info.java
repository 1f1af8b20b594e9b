/**
 * Writes networks as files of ONNX, and reads what it wrote as the same network. Imports
 * exchange.onnx, nn and graph.
 */
package io.github.secateur.exchange.writing;
