import { isRecord } from "../sync/json.ts";

/** The text of a field, or undefined when the value is no object or the field no text. */
export function textField(value: unknown, name: string): string | undefined {
  const field = isRecord(value) ? value[name] : undefined;
  return typeof field === "string" ? field : undefined;
}

export function arrayField(value: unknown, name: string): readonly unknown[] | undefined {
  const field = isRecord(value) ? value[name] : undefined;
  return Array.isArray(field) ? field : undefined;
}

/** The value a text stands for, or undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
