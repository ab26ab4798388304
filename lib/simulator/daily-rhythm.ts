const bell = (hour: number, peak: number, width: number): number => Math.exp(-(((hour - peak) / width) ** 2));

/** How busy a place is, from almost 0 at night to 1 at its busiest: people come in the morning, eat at noon and go in the evening. */
export const activityAt = (hourOfDay: number): number =>
  Math.min(
    1,
    0.03 + 0.9 * bell(hourOfDay, 8.5, 1.2) + 0.6 * bell(hourOfDay, 12.5, 1.5) + 0.97 * bell(hourOfDay, 18, 1.8),
  );

/** Share of a day's arrivals among those who pass an entrance: all come in the morning, all go in the evening. */
export const inboundShareAt = (hourOfDay: number): number => Math.min(0.9, Math.max(0.1, 0.9 - (hourOfDay - 7) * 0.07));
