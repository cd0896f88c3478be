/** The API's errors. */

/** A refused request; becomes the body of an error. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** The body without its `contextId`. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  /** `extra` are more fields of the body. */
  constructor(
    status: number,
    code: string,
    message: string,
    extra: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.body = { message, code, status, details: [], errors: [], ...extra };
    this.headers = headers;
  }
}

/** 404 for an entity that doesn't exist or that the client may not see. */
export function notFound(entityName: string, entityId: string): ApiError {
  const message = `Unable to find a ${entityName} with the id ${entityId}.`;
  return new ApiError(404, "not.found", message, { entityId, entityName });
}

/** 400 for a value that breaks a rule of the API. */
export function badRequest(message: string, fieldName?: string): ApiError {
  const details = fieldName === undefined ? [] : [{ errorCode: "invalid.value", fieldName }];
  return new ApiError(400, "bad.request", message, { details });
}

/** 400 for a page that is too large, which asks for a smaller one. */
export function tooLarge(): ApiError {
  const message = "The response is too large. Reduce pageSize or expand list.";
  return new ApiError(400, "response.entity.too.large", message);
}

/** 409 for a name that the entity with this id has, and for an outdated version. */
export function conflict(entity: { readonly id?: string; readonly name?: string } = {}): ApiError {
  const message = "The request conflicts with the current state of the target resource.";
  return new ApiError(409, "general.conflict", message, { entityId: entity.id, entityName: entity.name });
}

/** 403 that names the permissions, one of which is needed. */
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
  const message = `Unable to perform the requested action. The token lacks the scope ${scope}.`;
  return new ApiError(403, "insufficient.scope", message, { messageParams: { scope } });
}

/** 401: no token, an unknown one, or one that has expired. */
export function badCredentials(): ApiError {
  return new ApiError(401, "bad.credentials", "Invalid login credentials.");
}

/** 429 with Retry-After in whole seconds, or without it for 0. */
export function tooManyRequests(seconds: number): ApiError {
  const message = `Rate limit exceeded the maximum. Retry the request in [${seconds}] seconds`;
  const headers: Record<string, string> = seconds > 0 ? { "Retry-After": String(seconds) } : {};
  return new ApiError(429, "too.many.requests.retry.after", message, {}, headers);
}

/** 5xx of this status. */
export function unavailable(status: number): ApiError {
  return new ApiError(status, "service.unavailable", "The service is unavailable.");
}

/** The API's three answers to an outdated version: 409, 408 and 400. */
export function versionMismatch(status: number): ApiError {
  if (status === 400) return badRequest("The version 4 does not match the current version 5.", "version");
  if (status === 408) return new ApiError(408, "request.timeout", "The request timed out.");
  return conflict();
}
