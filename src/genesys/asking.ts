/** The ways of asking that the parts of a reader share. */
import type { ApiError } from "../http/error.ts";
import type { Query, Route } from "../http/request.ts";
import type { Fields } from "./decode.ts";

export interface ListOptions {
  readonly query?: Query;
  /** Default: the dialect's. */
  readonly pageSize?: number;
  /** Errors that say something to whoever asks: they are thrown at once. */
  readonly throws?: (error: ApiError) => boolean;
}

export interface Asking {
  /** Throws ApiError. */
  readonly getOne: <T>(from: Route, each: (fields: Fields) => T) => Promise<T>;
  /** Throws ApiError where the list stays incomplete, and, unless `throws` says else, where it is gone. */
  readonly listWhole: <T extends { readonly id: string }>(
    what: string,
    from: Route,
    each: (entry: Fields) => T,
    options: ListOptions,
  ) => Promise<readonly T[]>;
}
