import { type Box, EMPTY, type Matrix, place } from './geometry.ts';
import { numberOf, type Operation } from './operations.ts';

/** The path under construction (ISO 32000-2 8.5.2), as the box around its points. */
export class Path {
  box: Box = EMPTY;
  isOpen = false;
  private corners = 0;
  private straight = true;

  /** Whether it is one upright rectangle. */
  get isBox(): boolean {
    return this.straight && this.corners <= 5;
  }

  /** Operators that add to it; answers whether this was one. */
  construct(matrix: Matrix, operation: Operation): boolean {
    const number = (at: number) => numberOf(operation, at);
    switch (operation.operator) {
      case 'm':
      case 'l':
        this.point(matrix, number(0), number(1), operation.operator === 'm');
        return true;
      case 'c':
      case 'v':
      case 'y':
        for (let at = 0; at + 1 < operation.operands.length; at += 2) this.curve(matrix, number(at), number(at + 1));
        return true;
      case 're':
        this.rectangle(matrix, number(0), number(1), number(2), number(3));
        return true;
      default:
        return false;
    }
  }

  clear(): void {
    this.box = EMPTY;
    this.isOpen = false;
    this.corners = 0;
    this.straight = true;
    this.last = undefined;
  }

  private point(matrix: Matrix, x: number, y: number, begins: boolean): void {
    const before = this.last;
    const [pageX, pageY] = place(matrix, x, y);
    this.add(pageX, pageY);
    if (!begins && before && Math.abs(before[0] - pageX) > 0.01 && Math.abs(before[1] - pageY) > 0.01)
      this.straight = false;
    if (begins && this.corners > 1) this.straight = false;
    this.corners += 1;
  }

  private curve(matrix: Matrix, x: number, y: number): void {
    const [pageX, pageY] = place(matrix, x, y);
    this.add(pageX, pageY);
    this.straight = false;
  }

  private rectangle(matrix: Matrix, x: number, y: number, width: number, height: number): void {
    this.point(matrix, x, y, true);
    this.point(matrix, x + width, y, false);
    this.point(matrix, x + width, y + height, false);
    this.point(matrix, x, y + height, false);
  }

  private last: readonly [number, number] | undefined;

  private add(x: number, y: number): void {
    const [left, bottom, right, top] = this.box;
    this.box = this.isOpen
      ? [Math.min(left, x), Math.min(bottom, y), Math.max(right, x), Math.max(top, y)]
      : [x, y, x, y];
    this.isOpen = true;
    this.last = [x, y];
  }
}
