/** Errors as the API answers them. */

/** One thing that the API refuses; becomes an ErrorBody. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly extra: ErrorExtra;

  constructor(status: number, code: string, message: string, extra: ErrorExtra = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.extra = extra;
  }
}

export interface ErrorExtra {
  readonly entityId?: string;
  readonly entityName?: string;
  /** With braces in `messageWithParams` for what `messageParams` holds. */
  readonly messageWithParams?: string;
  readonly messageParams?: Readonly<Record<string, string>>;
  readonly details?: readonly {
    readonly errorCode?: string;
    readonly fieldName?: string;
    readonly entityId?: string;
  }[];
  readonly limit?: { readonly key: string; readonly namespace: string; readonly value: number };
  /** Response headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The body of an error answer; `contextId` is the correlation id. */
export function errorBody(error: ApiError, contextId: string): Record<string, unknown> {
  const { details, headers: _headers, ...rest } = error.extra;
  return {
    message: error.message,
    code: error.code,
    status: error.status,
    ...rest,
    contextId,
    details: details ?? [],
    errors: [],
  };
}

/** 404 for a thing that isn't there, or that the client must not see. */
export function notFound(entityName: string, entityId: string): ApiError {
  return new ApiError(404, "not.found", `Unable to find a ${entityName} with the id ${entityId}.`, {
    entityId,
    entityName,
  });
}

/** 400 for a value that breaks a rule of the API. */
export function badRequest(message: string, fieldName?: string): ApiError {
  const details = fieldName === undefined ? [] : [{ errorCode: "invalid.value", fieldName }];
  return new ApiError(400, "bad.request", message, { details });
}

/** 409 for a name that is taken, and for a version that moved. */
export function conflict(extra: ErrorExtra = {}): ApiError {
  const message = "The request conflicts with the current state of the target resource.";
  return new ApiError(409, "general.conflict", message, extra);
}

/** 403 that names the permissions of which one is needed. */
export function missingPermission(permissions: readonly string[]): ApiError {
  const listed = permissions.join(", ");
  const sentence = (what: string) =>
    `Unable to perform the requested action. You must have at least one of the following permissions assigned: ${what}`;
  return new ApiError(403, "missing.any.permissions", sentence(`[${listed}]`), {
    messageWithParams: sentence("{permissions}"),
    messageParams: { permissions: listed },
  });
}

/** 403 that names the scope that the token lacks. */
export function missingScope(scope: string): ApiError {
  return new ApiError(
    403,
    "insufficient.scope",
    `Unable to perform the requested action. The token lacks the scope ${scope}.`,
    {
      messageParams: { scope },
    },
  );
}

/** 401: no token, an unknown one, or one that has expired. */
export function badCredentials(): ApiError {
  return new ApiError(401, "bad.credentials", "Invalid login credentials.");
}

/** 429 with its Retry-After in whole seconds, or without one where that is 0. */
export function tooManyRequests(seconds: number): ApiError {
  const message = `Rate limit exceeded the maximum. Retry the request in [${seconds}] seconds`;
  return new ApiError(
    429,
    "too.many.requests.retry.after",
    message,
    seconds > 0 ? { headers: { "Retry-After": String(seconds) } } : {},
  );
}
