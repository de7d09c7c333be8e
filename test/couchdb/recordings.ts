import { isRecord } from "../../sync/json.ts";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { arrayField, parseJson, textField } from "../../couchdb/json.ts";
import { PROJECT } from "../project.ts";

/** Conversations with a real CouchDB, kept beside the project (their README says how they are written). */
const ROOT = join(PROJECT, "../shared/data/couchdb-recordings");

/** One request and its answer, or the chunks of a feed. */
export interface Step {
  readonly recording: string;
  readonly step: number;
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
  /** 0: there was no answer. */
  readonly status: number;
  readonly answer: string | undefined;
  /** What a feed said, as it came off the wire. */
  readonly chunks: readonly string[];
  /** The same with its HTTP framing, where that was recorded. */
  readonly raw: readonly string[];
}

export const haveRecordings = existsSync(ROOT);

/** All steps of all recordings, in their order. */
export function allSteps(): Step[] {
  const folders = ["single", "cluster"];
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((file) => file.endsWith(".jsonl"))
      .flatMap((file) => stepsOf(`${folder}/${file.replace(".jsonl", "")}`)),
  );
}

export function stepsOf(recording: string): Step[] {
  const lines = readFileSync(join(ROOT, `${recording}.jsonl`), "utf8")
    .trim()
    .split("\n");
  return lines.flatMap((line) => parseStep(recording, parseJson(line)));
}

function parseStep(recording: string, value: unknown): Step[] {
  if (!isRecord(value) || !isRecord(value["request"]) || !isRecord(value["response"])) return [];
  const { request, response, step } = value;
  return [
    {
      recording,
      step: typeof step === "number" ? step : 0,
      method: textField(request, "method") ?? "",
      path: textField(request, "path") ?? "",
      body: textField(request, "body"),
      status: isRecord(response) && typeof response["status"] === "number" ? response["status"] : 0,
      answer: textField(response, "body"),
      chunks: textsOf(response, "chunks"),
      raw: textsOf(response, "raw"),
    },
  ];
}

function textsOf(value: unknown, name: string): string[] {
  return (arrayField(value, name) ?? []).map((piece) => textField(piece, "text") ?? "");
}
