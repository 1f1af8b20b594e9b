/**
 * Files of ONNX: protobuf messages, read from bytes that nobody vouches for and written again.
 * Imports the JDK only.
 */
package io.github.secateur.exchange.onnx;
