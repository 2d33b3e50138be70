import { createHash } from 'node:crypto';
import type { Model } from './engine/index.js';
import { LstmPredictor, PredictionScorer, PriceReader } from './models/index.js';
import type { Link, Port } from './streams/index.js';

/** One model of a workflow: the alias it runs under, and on how many engines. */
export interface WorkflowModel {
  readonly alias: string;
  readonly create: () => Model;
  readonly engines: number;
  /** Where it stands in a picture of the workflow. */
  readonly display: { readonly x: number; readonly y: number };
}

export interface EngineName {
  /** The id the engine reports under: the same at each start, so that its history goes on. */
  readonly src: string;
  readonly name: string;
  /** The model's alias. */
  readonly model: string;
  readonly asset: string;
}

export const WORKFLOW = 'prices';

/** In the order of the flow, which is also the order to finish in. */
export const MODELS: readonly WorkflowModel[] = [
  { alias: 'reader', create: () => new PriceReader(), engines: 1, display: { x: 100, y: 200 } },
  { alias: 'predictor', create: () => new LstmPredictor(), engines: 2, display: { x: 360, y: 100 } },
  { alias: 'scorer', create: () => new PredictionScorer(), engines: 1, display: { x: 620, y: 200 } },
];

/** The model whose engines scenarios crash and overload. */
export const STRAINED = 'predictor';

/** The port that stands for the source of the data. */
export const FEED: Port = { model: 'feed', slot: 1 };

/** The streams between models. */
export const MODEL_LINKS: readonly Link[] = [
  { from: { model: 'reader', slot: 1 }, to: { model: 'predictor', slot: 0 } },
  { from: { model: 'predictor', slot: 1 }, to: { model: 'scorer', slot: 0 } },
  { from: { model: 'reader', slot: 3 }, to: { model: 'scorer', slot: 2 } },
];

/** All streams, the one that the data come by too. */
export const LINKS: readonly Link[] = [{ from: FEED, to: { model: 'reader', slot: 0 } }, ...MODEL_LINKS];

/** A slot of a model, and the port that its records come from: itself, where they leave the model by it. */
export interface WorkflowSlot extends Port {
  readonly writer: Port;
  readonly encoding: 'json' | 'csv';
}

/** All slots of all models. */
export function workflowSlots(): WorkflowSlot[] {
  return MODELS.flatMap(({ alias: model, create }) =>
    create().slots.map(({ slot, encoding }) => {
      const link = LINKS.find(({ to }) => to.model === model && to.slot === slot);
      return { model, slot, writer: link?.from ?? { model, slot }, encoding: encoding.name };
    })
  );
}

/** The engines of the workflow, in the order of the flow. */
export function engineNames(): EngineName[] {
  return MODELS.flatMap(({ alias, create, engines }) => {
    const { asset } = create();
    return Array.from({ length: engines }, (_, index) => {
      const name = `${WORKFLOW}-${alias}-${index + 1}`;
      return { src: uuidOf(name), name, model: alias, asset };
    });
  });
}

/** @throws Error where the workflow has no such model */
export function findModel(alias: string): WorkflowModel {
  const model = MODELS.find((candidate) => candidate.alias === alias);
  if (model === undefined) {
    throw new Error(`the workflow ${WORKFLOW} has no model ${alias}`);
  }
  return model;
}

/** A UUID that is always the same for a name. */
function uuidOf(name: string): string {
  const hash = createHash('sha256').update(`pneumograph demo ${name}`).digest();
  hash[6] = ((hash[6] as number) & 0x0f) | 0x80;
  hash[8] = ((hash[8] as number) & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
