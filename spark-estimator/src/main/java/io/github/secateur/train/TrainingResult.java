package io.github.secateur.train;

/**
 * A trained network's parameters and how they came about.
 *
 * @param parameters the flat parameter array, frozen weights and statistics included
 * @param history the course of the training
 */
public record TrainingResult(float[] parameters, History history) {}
