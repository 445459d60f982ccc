// The JavaScript API of Counterbell's script tag. Add it to a project with
// `/// <reference path="counterbell.d.ts" />` or to `files` in tsconfig.json. See API.md.

/** What the shop's page may claim about where the shopper is. It is shown to people, never believed. */
interface CounterbellPage {
  /** Without it: the address of the page, without query and fragment. */
  url?: string | URL | Location;
  /** Without it: the title of the page. */
  title?: string;
}

interface CounterbellCart {
  /** The value of the cart in the shop's currency. */
  total?: number;
  /** How many things are in it. */
  items?: number;
}

interface CounterbellFacts {
  page?: CounterbellPage;
  cart?: CounterbellCart;
  /** The order that the page is about, as the shopper knows its number. */
  order?: string;
}

/** What every event carries. */
interface CounterbellEventBase<Type extends string> {
  /** Unlike that of any other event on this page. */
  id: string;
  /** In milliseconds since the Unix epoch. */
  time: number;
  type: Type;
}

interface CounterbellDetails {
  /** The frame has loaded and takes messages. A handler added later is called at once. */
  ready: {};
  /** The panel is shown. */
  open: {};
  /** The panel is hidden. */
  close: {};
  /** A message was committed. Its text stays in the frame. */
  message: { from: 'shopper' | 'assistant' | 'person'; name?: string };
  /** How many messages the shopper has not seen. */
  unread: { count: number };
  /** A person was asked for, and the request is committed. */
  handoff: {};
  /** How the wait stands. A number is there only if somebody gave it. `position` 1 is next; waits in seconds. */
  queue: {
    position: number | null;
    waitLowS: number | null;
    waitHighS: number | null;
    peopleOnline: number | null;
  };
  'person-joined': { name: string | null };
  'person-left': { name: string | null };
  /** The conversation has ended. */
  resolved: {};
  /** Something failed. `frame_failed`: the panel offers a plain way to reach a person. */
  error: { code: string };
}

type CounterbellEventName = keyof CounterbellDetails;

type CounterbellEvent<Name extends CounterbellEventName = CounterbellEventName> = {
  [Each in Name]: CounterbellEventBase<Each> & CounterbellDetails[Each];
}[Name];

/** Ends a subscription. Call it at once, or await it: before the loader has come it is only a promise. */
interface CounterbellOff extends PromiseLike<() => void> {
  (): void;
}

interface Counterbell {
  /** Shows the panel and moves the focus into it. Before the loader has come it waits for it. */
  (method: 'open'): Promise<void>;
  /** Hides the panel. The focus goes back to where it came from. */
  (method: 'close'): Promise<void>;
  (method: 'toggle'): Promise<void>;
  /** Draws the launcher, also if `data-launcher` names another one. */
  (method: 'show'): Promise<void>;
  /** Hides the panel and the launcher. `open` still works. */
  (method: 'hide'): Promise<void>;

  /** Calls `handler` for each event of this name. */
  <Name extends CounterbellEventName>(
    method: 'on',
    name: Name,
    handler: (event: CounterbellEvent<Name>) => void,
  ): CounterbellOff;

  /**
   * Says who the shopper is, by a token that the shop's server has signed for this moment.
   * Without a valid one every claim about tier and orders is ignored.
   */
  (method: 'identify', token: string): Promise<void>;
  /** Call it when the shopper signs out: the conversation leaves this browser. It loads the frame. */
  (method: 'logout'): Promise<void>;

  /** Claimed facts, for people and rules. What is not named stays as it was. */
  (method: 'update', facts: CounterbellFacts): Promise<void>;

  /** Opens the panel with a question in the text field, or sends it. */
  (method: 'ask', text: string, options?: { send?: boolean }): Promise<void>;
  /** Opens the panel and asks for a person. */
  (method: 'handoff'): Promise<void>;

  /** A BCP 47 tag such as `de` or `zh-Hant`. */
  (method: 'setLanguage', language: string): Promise<void>;
  /** Takes everything off the page. Later calls wait until the script tag is added again. */
  (method: 'destroy'): Promise<void>;

  (method: 'isOpen'): Promise<boolean>;
  (method: 'unread'): Promise<number>;

  /** The version of this API, once the loader has come. */
  readonly version?: number;
}

declare var counterbell: Counterbell;

interface Window {
  counterbell: Counterbell;
}

/** The same events on `window`, for tag managers: `addEventListener('counterbell:open', …)`. */
type CounterbellWindowEvents = {
  [Name in CounterbellEventName as `counterbell:${Name}`]: CustomEvent<CounterbellEvent<Name>>;
};
interface WindowEventMap extends CounterbellWindowEvents {}
