type Place<Value> = {
  readonly name: string;
  readonly value: Value;
  next: Place<Value> | undefined;
  /** The one before it among those whose names have the same number. */
  readonly alike: Place<Value> | undefined;
};

/**
 * Values by name, for who asks for them nearly always in the order in which they came: what follows
 * the value found last is looked at first. That is one comparison, and a look-up among a hundred
 * thousand names waits several times for memory. Any other order is answered as well, by look-up.
 */
export class InTurn<Value> {
  /** By a number made of the name: numbers are compared where they stand, texts are fetched. */
  private readonly places = new Map<number, Place<Value>>();
  private first: Place<Value> | undefined;
  private last: Place<Value> | undefined;
  private found: Place<Value> | undefined;

  get(name: string): Value | undefined {
    const next = this.found?.next;
    const place = next?.name === name ? next : this.lookUp(name);
    // Where nothing is found the turn stays: what is not here comes between those that are.
    if (place !== undefined) this.found = place;
    return place?.value;
  }

  /** Adds a value under a name that {@link get} does not know. */
  add(name: string, value: Value): void {
    const number = numberOf(name);
    const place = { name, value, next: undefined, alike: this.places.get(number) };
    this.places.set(number, place);
    if (this.last === undefined) this.first = place;
    else this.last.next = place;
    this.last = place;
    this.found = place;
  }

  /** All of them, in the order in which they came. */
  *entries(): Iterable<readonly [name: string, value: Value]> {
    for (let place = this.first; place !== undefined; place = place.next)
      yield [place.name, place.value];
  }

  protected lookUp(name: string): Place<Value> | undefined {
    let place = this.places.get(numberOf(name));
    while (place !== undefined && place.name !== name) place = place.alike;
    return place;
  }
}

/** Thirty bits: what is more is no longer kept as a plain integer. */
function numberOf(name: string): number {
  let number = 0;
  for (let at = 0; at < name.length; at += 1)
    number = (Math.imul(number, 31) + name.charCodeAt(at)) & 0x3fffffff;
  return number;
}
