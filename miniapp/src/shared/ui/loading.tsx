import { QueryErrorResetBoundary } from "@tanstack/react-query";
import { type JSX, type ReactNode, Suspense } from "react";
import { ErrorBoundary } from "react-error-boundary";
import { Failure, Skeleton } from "./feedback.tsx";

/**
 * Around every part that loads by itself: its skeleton while it waits, its failure with a way to try again, and neither
 * touches the rest of the screen.
 */
export function Loading({
  children,
  skeleton = <Skeleton />,
  isCompact,
}: {
  children: ReactNode;
  skeleton?: ReactNode;
  isCompact?: boolean;
}): JSX.Element {
  return (
    <QueryErrorResetBoundary>
      {({ reset }) => (
        <ErrorBoundary
          onReset={reset}
          fallbackRender={({ error, resetErrorBoundary }) => (
            <Failure error={error} onRetry={resetErrorBoundary} {...(isCompact ? { isCompact } : {})} />
          )}
        >
          <Suspense fallback={skeleton}>{children}</Suspense>
        </ErrorBoundary>
      )}
    </QueryErrorResetBoundary>
  );
}
