import { MAX_DOCUMENT_BYTES, type Cluster } from "./cluster.ts";
import { Coordinator } from "./coordinator.ts";
import { Database } from "./database.ts";
import { HttpChanges } from "./http-changes.ts";
import { HttpDocuments } from "./http-documents.ts";
import { answer, complaint, declined, parseQuestion, troubled } from "./http-question.ts";
import type { Ask, Question, Reply } from "./http-question.ts";

const DATABASE_NAME = /^[a-z][a-z0-9_$()+/-]*$/;
const NOT_SET = complaint(404, "not_found", "unknown_config_value");
const MISSING = complaint(404, "not_found", "Database does not exist.");
const EXISTS = complaint(412, "file_exists", "The database could not be created, the file already exists.");

/**
 * The model behind the paths, methods and answers of CouchDB, thin: for comparing it with what a real one was
 * recorded to answer. What it does not model it declines, and says why.
 */
export class HttpFace {
  readonly #cluster: Cluster;
  readonly #databases = new Map<string, Database>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  get databases(): readonly Database[] {
    return [...this.#databases.values()];
  }

  /** The database that a path is about. */
  databaseAt(path: string): Database | undefined {
    return this.#databases.get(path.split(/[/?]/, 2)[1] ?? "");
  }

  ask(ask: Ask): Reply {
    if (ask.path.endsWith("/_config/couchdb/max_document_size")) return this.#limit(ask);
    const question = parseQuestion(ask);
    if ("type" in question) return question;
    const node = this.#cluster.node(question.node);
    if (node.state !== "up") return { type: "silence" };
    const { database: name } = question;
    if (name === undefined) return declined("the server itself: settings, sessions, lists");
    const database = this.#databases.get(name);
    if (question.path === undefined) return this.#askDatabase(question, name, database);
    if (database === undefined) return MISSING;
    this.#cluster.database = database;
    const coordinator = new Coordinator(this.#cluster, database, question.node);
    return this.#askWithin(question, database, coordinator);
  }

  #askWithin(question: Question, database: Database, coordinator: Coordinator): Reply {
    const { method, path = "" } = question;
    const documents = new HttpDocuments(this.#cluster, coordinator);
    if (path === "_bulk_docs") return method === "POST" ? documents.bulk(question) : declined("odd methods");
    if (path === "_all_docs") return documents.list(question);
    if (path === "_changes") {
      return new HttpChanges(this.#cluster, database, coordinator).ask(question, () =>
        this.#isThere(database),
      );
    }
    if (path === "_purge") return documents.purge(question, database);
    if (path === "_compact") return declined("_compact");
    if (path.startsWith("_local/")) return declined("_local documents");
    if (path.startsWith("_") && !path.startsWith("_design/")) return declined(`${path.split("/")[0]}`);
    return documents.one(question, path);
  }

  /** The one setting that the model has. It answers what was set before. */
  #limit({ method, body = "" }: Ask): Reply {
    const { rules } = this.#cluster;
    const before = rules.maxDocumentBytes === MAX_DOCUMENT_BYTES ? "" : String(rules.maxDocumentBytes);
    if (method === "GET") return before === "" ? NOT_SET : answer(200, before);
    rules.maxDocumentBytes = method === "PUT" ? Number(JSON.parse(body)) : MAX_DOCUMENT_BYTES;
    return answer(200, before);
  }

  #isThere(database: Database): boolean {
    return this.databases.includes(database);
  }

  #askDatabase(question: Question, name: string, database: Database | undefined): Reply {
    switch (question.method) {
      case "PUT":
        return this.#create(question, name, database);
      case "DELETE":
        if (Object.keys(question.query).length > 0) return declined("odd options");
        if (database === undefined) return MISSING;
        this.#databases.delete(name);
        return answer(200, { ok: true });
      case "GET":
      case "HEAD":
        return database === undefined ? MISSING : this.#describe(question, name, database);
      case "POST":
        if (database === undefined) return MISSING;
        this.#cluster.database = database;
        return new HttpDocuments(this.#cluster, new Coordinator(this.#cluster, database, question.node)).post(
          question,
        );
      default:
        return declined("odd methods");
    }
  }

  #create({ query, node }: Question, name: string, database: Database | undefined): Reply {
    const { q = "2", n, partitioned } = query;
    if (partitioned !== undefined) return declined("partitioned databases");
    if (!/^[1-9]\d*$/.test(q) || n === "0") {
      const bad = n === "0" ? "n" : "q";
      return complaint(400, "bad_request", `The \`${bad}\` value should be a positive integer.`);
    }
    if (!DATABASE_NAME.test(name) || name.length > 238) return declined("names of databases");
    if (database !== undefined) return EXISTS;
    const { replicas, nodes } = this.#cluster;
    this.#databases.set(name, new Database(this.#cluster, { replicas, shards: Number(q) }));
    const reached = nodes.filter((each) => this.#cluster.reaches(this.#cluster.node(node), each));
    return answer(reached.length > nodes.length / 2 ? 201 : 202, { ok: true });
  }

  #describe({ node }: Question, name: string, database: Database): Reply {
    const coordinator = new Coordinator(this.#cluster, database, node);
    const counted = coordinator.count();
    const head = coordinator.head();
    if (counted.type !== "counted") return troubled(counted);
    if (head.type !== "head") return troubled(head);
    return answer(200, {
      instance_start_time: "",
      db_name: name,
      purge_seq: "",
      update_seq: head.since,
      sizes: {},
      props: {},
      doc_del_count: counted.deleted,
      doc_count: counted.standing,
      disk_format_version: 8,
      compact_running: false,
      cluster: {},
    });
  }
}
