import type * as z from 'zod';

/**
 * One thing that the API can be asked for. Its schemas are the only description that there is: requests are checked by them,
 * the page takes its types from them, and the OpenAPI document is made of them.
 */
export type Route<Deps = never> = {
  /** Such as `/api/events/{event}`. */
  path: string;
  summary: string;
  /** Parameters of the path and of the query together, all of them texts. */
  query: z.ZodObject;
  answer: z.ZodType;
  /** @throws RequestProblem for what the sender of the request has to be told */
  handle(deps: Deps, query: never): Promise<unknown>;
};

/** Holds a route's handler to its schemas. */
export const route = <Deps, Query extends z.ZodObject, Answer extends z.ZodType>(definition: {
  path: string;
  summary: string;
  query: Query;
  answer: Answer;
  handle(deps: Deps, query: z.output<Query>): Promise<z.input<Answer>>;
}) => definition;
