using ProcNet.Processes;

namespace ProcNet.Tests.Processes;

public sealed class ContainerNameTests
{
    private const string Id = "3f5c0d1e2b4a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";

    [Theory]
    // Docker: cgroupfs driver, systemd driver, in a user slice (rootless), in a docker of a docker
    [InlineData($"/docker/{Id}", "docker:3f5c0d1e2b4a")]
    [InlineData($"/system.slice/docker-{Id}.scope", "docker:3f5c0d1e2b4a")]
    [InlineData($"/user.slice/user-1000.slice/user@1000.service/user.slice/docker-{Id}.scope", "docker:3f5c0d1e2b4a")]
    [InlineData($"/docker/00000d1e2b4a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0/docker/{Id}", "docker:3f5c0d1e2b4a")]
    // Podman: systemd, with the inner folder of newer versions, cgroupfs; conmon stands outside
    [InlineData($"/machine.slice/libpod-{Id}.scope", "podman:3f5c0d1e2b4a")]
    [InlineData($"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{Id}.scope/container", "podman:3f5c0d1e2b4a")]
    [InlineData($"/libpod_parent/libpod-{Id}", "podman:3f5c0d1e2b4a")]
    [InlineData($"/machine.slice/libpod-conmon-{Id}.scope", null)]
    // Kubernetes: containerd and CRI-O under systemd, containerd's colon form, cgroupfs
    [InlineData(
        $"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1234.slice/cri-containerd-{Id}.scope",
        "containerd:3f5c0d1e2b4a"
    )]
    [InlineData($"/kubepods.slice/kubepods-pod1234.slice/crio-{Id}.scope", "crio:3f5c0d1e2b4a")]
    [InlineData($"/kubepods.slice/kubepods-pod1234.slice/crio-conmon-{Id}.scope", null)]
    [InlineData($"/system.slice/containerd.service/kubepods-besteffort-pod1234.slice:cri-containerd:{Id}", "containerd:3f5c0d1e2b4a")]
    [InlineData($"/kubepods/besteffort/pod0cbb1234-aaaa-bbbb-cccc-1234567890ab/{Id}", "kubernetes:3f5c0d1e2b4a")]
    // LXC, of both layouts; its monitor stands outside
    [InlineData("/lxc/web1", "lxc:web1")]
    [InlineData("/lxc.payload.web1/system.slice/ssh.service", "lxc:web1")]
    [InlineData("/lxc.monitor.web1", null)]
    // systemd-nspawn and machinectl; virtual machines are none
    [InlineData("/machine.slice/systemd-nspawn@debian.service/payload/system.slice/cron.service", "nspawn:debian")]
    [InlineData(@"/machine.slice/machine-my\x2dbox.scope", "nspawn:my-box")]
    [InlineData(@"/machine.slice/machine-lxc\x2d123\x2dvm1.scope", "lxc:lxc-123-vm1")]
    [InlineData(@"/machine.slice/machine-qemu\x2d1\x2dvm.scope/libvirt", null)]
    [InlineData("/machine.slice/machine-a\\x1b\\x9b.scope", "nspawn:a??")]
    // AWS ECS
    [InlineData($"/ecs/55091c13-b8cf-4801-b527-f4601742204d/{Id}", "ecs:3f5c0d1e2b4a")]
    // No container
    [InlineData("/", null)]
    [InlineData("/../../system.slice/ssh.service", null)]
    [InlineData("/user.slice/user-1000.slice/session-2.scope", null)]
    [InlineData("/system.slice/docker.service", null)]
    public void RealPaths(string path, string? expected) => Assert.Equal(expected, ContainerName.FromCgroup(path));

    [Theory]
    [InlineData($"0::/system.slice/docker-{Id}.scope\n", "docker:3f5c0d1e2b4a")]
    [InlineData($"12:cpu,cpuacct:/docker/{Id}\n1:name=systemd:/docker/{Id}\n0::/system.slice/containerd.service\n", "docker:3f5c0d1e2b4a")]
    [InlineData(
        $"5:memory:/\n1:name=systemd:/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:{Id}\n",
        "containerd:3f5c0d1e2b4a"
    )]
    [InlineData("0::/init.scope\n", null)]
    [InlineData("", null)]
    [InlineData("garbage\n", null)]
    public void Whole_files_of_version_1_and_2(string text, string? expected) => Assert.Equal(expected, ContainerName.FromCgroupFile(text));
}
