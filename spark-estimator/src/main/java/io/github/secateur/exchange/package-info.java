/**
 * Networks from elsewhere and for elsewhere: files of ONNX are read and written, in plain Java.
 *
 * <p>Its rooms are {@code onnx}, the format of the files, {@code reading} and {@code writing}.
 * Imports nn and graph; nothing of ours imports it but spark.
 */
package io.github.secateur.exchange;
