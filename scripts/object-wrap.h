// Included before everything else when a native package is compiled (setup.mjs).
// From 24.19 on, Node's header gives every node::ObjectWrap an environment cleanup hook, and taking it away in a garbage
// collection outside of JavaScript aborts the process (nodejs/node#65446). Without the hooks, as before and as in every
// prebuilt binary, it does not.
#include <node.h>
#define AddEnvironmentCleanupHook(isolate, hook, arg) ((void)(hook))
#define RemoveEnvironmentCleanupHook(isolate, hook, arg) ((void)(hook))
#include <node_object_wrap.h>
#undef AddEnvironmentCleanupHook
#undef RemoveEnvironmentCleanupHook
