/** An answer that is a refusal. A body of text goes out as plain text, as a missing object's does. */
export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {
    super(`${status}`);
  }
}

/** How a tracker says that it has no such object. */
export const missing = (model: string, id: string): ApiFailure =>
  new ApiFailure(404, `Traffic\\Model\\${model} #${id} not found`);

/** Required fields that are not there. */
export const incomplete = (field: string, message: string): ApiFailure => new ApiFailure(406, { [field]: [message] });

/** Fields that hold what they may not. */
export const wrong = (field: string, message: string): ApiFailure => new ApiFailure(422, { [field]: [message] });
